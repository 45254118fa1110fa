"""Spreadsheets that people send and take away: read apart in a process that can be killed, written so that no cell is a formula."""
