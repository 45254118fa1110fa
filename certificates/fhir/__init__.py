"""The label in FHIR R4 (4.0.1), for software of employers, of structures and of directories. Nothing here knows tables or the web.

1. `terms.py`         the addresses and codes that are ours, the systems that are not
2. `practitioner.py`  one holder as a `Practitioner`, or the trace of one who left
3. `search.py`        what may be asked: a closed list, read strictly
4. `bundle.py`        the answer to a search
5. `outcome.py`       a refusal, as an `OperationOutcome`
6. `capability.py`    what this server does, as a `CapabilityStatement`
7. `definitions.py`   our extensions and codes, so that nobody has to guess
8. `attestation.py`   the same status under our signature, as a `VerificationResult`

No profile is claimed: `meta.profile` is for profiles against which a resource was validated, and the French ones are not shipped.

Source: HL7 FHIR R4 (http://hl7.org/fhir/R4), and the guide of the Annuaire Santé for the systems of identifiers.
"""
