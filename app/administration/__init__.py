"""The operator's desk: register, cases, audit trail."""
