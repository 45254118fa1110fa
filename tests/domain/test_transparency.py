"""The Merkle tree: the vectors of RFC 6962's implementations, every small tree, and proofs that prove something else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.errors import BadProofError, NoSuchProofError
from certificates.transparency import (
    EMPTY_ROOT,
    Event,
    Leaf,
    Subtree,
    check_consistency,
    check_inclusion,
    commitment,
    completed_by,
    consistency_parts,
    cover,
    fold,
    inclusion_parts,
    leaf_hash,
    node_hash,
)
from tests.builders import NOW, token_key

#: The eight inputs of the Certificate Transparency reference implementation, and the root after each.
INPUTS = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
B = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
C = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
FIRST_OF_EIGHT = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    A,
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
INCLUSION = {(0, 8): FIRST_OF_EIGHT, (5, 8): [B, C, ROOTS[3]], (2, 3): [ROOTS[1]], (1, 5): [ROOTS[0], A, B]}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): FIRST_OF_EIGHT,
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", C, ROOTS[3]],
    (2, 5): [A, B],
}


def root_of(leaves):
    """The definition of RFC 9162, 2.1.1, to the letter."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(root_of(leaves[:middle]), root_of(leaves[middle:]))


def node(leaves, one):
    return root_of(leaves[one.index << one.level : one.last + 1])


def proof(leaves, parts):
    return [fold([node(leaves, one) for one in part]) for part in parts]


def many(count):
    return [number.to_bytes(2) for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_the_reference(size):
    assert fold([node(INPUTS, one) for one in cover(0, size)]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("asked", "expected"), INCLUSION.items())
def test_the_inclusion_proofs_are_those_of_the_reference(asked, expected):
    assert [one.hex() for one in proof(INPUTS, inclusion_parts(*asked))] == expected


@pytest.mark.parametrize(("asked", "expected"), CONSISTENCY.items())
def test_the_consistency_proofs_are_those_of_the_reference(asked, expected):
    assert [one.hex() for one in proof(INPUTS, consistency_parts(*asked))] == expected


def test_the_empty_tree_has_the_root_that_the_standard_gives():
    assert fold([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_every_leaf_of_every_small_tree_is_proved_and_in_no_other_place():
    for size in range(1, 34):
        leaves = many(size)
        root = root_of(leaves)
        for index in range(size):
            shown = proof(leaves, inclusion_parts(index, size))
            check_inclusion(leaf_hash(leaves[index]), index=index, size=size, proof=shown, root=root)
            with pytest.raises(BadProofError):
                check_inclusion(
                    leaf_hash(leaves[index]), index=(index + 1) % (size + 1), size=size, proof=shown, root=root
                )


def test_every_small_tree_is_proved_to_begin_every_larger_one():
    for second in range(1, 34):
        leaves = many(second)
        for first in range(1, second + 1):
            check_consistency(
                first=first,
                first_root=root_of(leaves[:first]),
                second=second,
                second_root=root_of(leaves),
                proof=proof(leaves, consistency_parts(first, second)),
            )


@given(st.integers(1, 2**40), st.integers(1, 2**40))
def test_proofs_stay_short_and_ask_for_complete_subtrees_only(one, other):
    first, second = sorted((one, other))
    for parts in (inclusion_parts(first - 1, second), consistency_parts(first, second)):
        assert len(parts) <= second.bit_length() + 1
        needed = [subtree for part in parts for subtree in part]
        assert len(needed) <= 2 * second.bit_length()
        assert all(subtree.last < second for subtree in needed)
        assert all(subtree in completed_by(subtree.last) for subtree in needed)


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=40), st.data())
def test_no_proof_survives_a_change(leaves, data):
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    shown, root = proof(leaves, inclusion_parts(index, size)), root_of(leaves)
    place = data.draw(st.integers(0, len(shown) - 1))
    spoiled = [bytes(32) if number == place else one for number, one in enumerate(shown)]
    for changed in (spoiled, shown[:-1], [*shown, bytes(32)]):
        with pytest.raises(BadProofError):
            check_inclusion(leaf_hash(leaves[index]), index=index, size=size, proof=changed, root=root)


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=40), st.data())
def test_history_cannot_be_rewritten(leaves, data):
    first = data.draw(st.integers(1, len(leaves) - 1))
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [one + b"!" if number == changed else one for number, one in enumerate(leaves)]
    shown = proof(rewritten, consistency_parts(first, len(leaves)))

    with pytest.raises(BadProofError):
        check_consistency(
            first=first,
            first_root=root_of(leaves[:first]),
            second=len(leaves),
            second_root=root_of(rewritten),
            proof=shown,
        )


HASHES = [bytes.fromhex(one) for one in ROOTS]
SIX_TO_EIGHT = [bytes.fromhex(one) for one in CONSISTENCY[6, 8]]

INCONSISTENT = {
    "from the empty tree": (0, EMPTY_ROOT, 8, HASHES[7], []),
    "from larger to smaller": (8, HASHES[7], 6, HASHES[5], SIX_TO_EIGHT),
    "one size, two roots": (6, HASHES[5], 6, HASHES[4], []),
    "one size, and a proof": (6, HASHES[5], 6, HASHES[5], [HASHES[0]]),
    "nothing shown": (6, HASHES[5], 8, HASHES[7], []),
    "nothing shown of a whole tree": (4, HASHES[3], 8, HASHES[7], []),
    "another first root": (6, HASHES[4], 8, HASHES[7], SIX_TO_EIGHT),
    "another second root": (6, HASHES[5], 8, HASHES[6], SIX_TO_EIGHT),
    "cut short": (6, HASHES[5], 8, HASHES[7], SIX_TO_EIGHT[:2]),
    "too long": (6, HASHES[5], 8, HASHES[7], [*SIX_TO_EIGHT, HASHES[0]]),
    "in another order": (6, HASHES[5], 8, HASHES[7], SIX_TO_EIGHT[::-1]),
}


@pytest.mark.parametrize(
    ("first", "first_root", "second", "second_root", "shown"), INCONSISTENT.values(), ids=INCONSISTENT
)
def test_trees_that_are_not_one_history(first, first_root, second, second_root, shown):
    with pytest.raises(BadProofError):
        check_consistency(first=first, first_root=first_root, second=second, second_root=second_root, proof=shown)


NO_SUCH_PROOF = {
    "a leaf beyond the end": (inclusion_parts, (8, 8)),
    "a leaf before the beginning": (inclusion_parts, (-1, 8)),
    "a leaf of the empty tree": (inclusion_parts, (0, 0)),
    "consistency with nothing": (consistency_parts, (0, 8)),
    "consistency with the past": (consistency_parts, (8, 6)),
}


@pytest.mark.parametrize(("make", "asked"), NO_SUCH_PROOF.values(), ids=NO_SUCH_PROOF)
def test_what_cannot_be_proved(make, asked):
    with pytest.raises(NoSuchProofError):
        make(*asked)


def test_a_leaf_outside_the_tree_is_never_included():
    with pytest.raises(BadProofError):
        check_inclusion(bytes(32), index=0, size=0, proof=[], root=EMPTY_ROOT)


class TestLeaf:
    COMMITMENT = "c" * 64

    def leaf(self, **overrides):
        fields = {"seq": 7, "event": Event.ISSUE, "commitment": self.COMMITMENT, "kid": token_key().kid, "at": NOW}
        return Leaf(**{**fields, **overrides})

    @pytest.mark.parametrize(
        "fault",
        [
            {"seq": -1},
            {"commitment": "c"},
            {"commitment": "C" * 64},
            {"kid": "short"},
            {"at": datetime(2026, 11, 23)},  # noqa: DTZ001 (the fault)
        ],
        ids=str,
    )
    def test_refuses_what_is_no_leaf(self, fault):
        with pytest.raises(ValueError, match=r"at must be aware|not a place"):
            self.leaf(**fault)

    def test_is_written_in_one_way(self):
        assert self.leaf().canonical() == (
            b'{"at":"2026-11-23T10:42:00Z","commitment":"' + b"c" * 64 + b'","event":"issue","kid":"'
            b"" + token_key().kid.encode() + b'","seq":7}'
        )
        assert self.leaf().hash() == leaf_hash(self.leaf().canonical())

    def test_is_dated_in_utc_to_the_second_wherever_it_was_written(self):
        there = (NOW + timedelta(microseconds=5)).astimezone(timezone(timedelta(hours=-10)))

        assert self.leaf(at=there) == self.leaf()
        assert self.leaf(at=there).at.tzinfo is UTC


class TestCommitment:
    def test_hangs_on_the_salt_the_credential_and_its_payload(self):
        parts = {
            "salt": bytes(32),
            "credential_id": "https://numericite.example/credentials/1",
            "payload_sha256": bytes(32),
        }
        made = {
            commitment(**parts),
            commitment(**{**parts, "salt": b"1" * 32}),
            commitment(**{**parts, "credential_id": "https://numericite.example/credentials/2"}),
            commitment(**{**parts, "payload_sha256": b"1" * 32}),
        }

        assert len(made) == 4

    @pytest.mark.parametrize("fault", [{"salt": b""}, {"payload_sha256": b"1" * 31}], ids=str)
    def test_refuses_a_salt_or_hash_of_another_length(self, fault):
        with pytest.raises(ValueError, match="32 bytes"):
            commitment(**{"salt": bytes(32), "credential_id": "x", "payload_sha256": bytes(32), **fault})


def test_a_leaf_completes_the_subtrees_that_end_with_it():
    assert completed_by(0) == [Subtree(0, 0)]
    assert completed_by(7) == [Subtree(0, 7), Subtree(1, 3), Subtree(2, 1), Subtree(3, 0)]
    assert [one.last for one in completed_by(7)] == [7, 7, 7, 7]
