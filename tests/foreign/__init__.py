"""Our artefacts under the eyes of software that we did not write."""
