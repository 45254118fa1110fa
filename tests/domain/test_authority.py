"""The demonstration authority."""

from datetime import timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.builders import (
    KEYS_MADE,
    NOW,
    ORGANISATION,
    key_ring,
    pdf_key,
)


def test_the_sealing_certificate_is_what_a_pdf_reader_expects():
    certificate = pdf_key().certificate
    (root,) = pdf_key().chain
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    authority = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    subject = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value

    certificate.verify_directly_issued_by(root)
    assert usage.critical
    assert (usage.value.digital_signature, usage.value.content_commitment, usage.value.key_cert_sign) == (
        True,
        True,
        False,
    )
    assert authority.key_identifier == subject.key_identifier
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == ORGANISATION
    assert certificate.not_valid_after_utc - NOW > timedelta(days=14 * 365)
    assert certificate.not_valid_before_utc < KEYS_MADE


def test_the_root_signs_certificates_and_nothing_else():
    (root,) = key_ring().roots
    usage = root.extensions.get_extension_for_class(x509.KeyUsage).value

    root.verify_directly_issued_by(root)
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert root.not_valid_after_utc > pdf_key().certificate.not_valid_after_utc


def test_the_same_keys_give_the_same_certificates():
    assert pdf_key().certificate == pdf_key().certificate
    assert pdf_key().certificate.serial_number != pdf_key(8).certificate.serial_number
