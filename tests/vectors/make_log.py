"""Make the frozen log again: `python -m tests.vectors.make_log`. Five leaves, a checkpoint, two proofs and a receipt.

They must not change. A difference means that whoever kept an old checkpoint, proof or receipt can no longer check it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from certificates import open_badge, transparency
from certificates.checkpoint import TreeHead, sign_checkpoint
from certificates.receipt import LeafPlace, Receipt, sign_receipt
from certificates.transparency import Event, Leaf
from tests.builders import LATER, NOW, ORIGIN, credential, key_ring, token_key
from tests.vectors.make_credentials import tokens

FOLDER = Path(__file__).parent / "log"
SALT = bytes(range(32))
STATED = credential()


def leaves() -> list[Leaf]:
    """Return five leaves; the third is about the frozen credential."""
    payload = hashlib.sha256(open_badge.payload_of(tokens()["schema-1-statement-fr"]).encode()).digest()
    opened = transparency.commitment(salt=SALT, credential_id=STATED.credential_id, payload_sha256=payload)
    others = [f"{number:064x}" for number in range(4)]
    said = [
        (Event.ISSUE, others[0]),
        (Event.SUSPEND, others[0]),
        (Event.ISSUE, opened),
        (Event.REINSTATE, others[0]),
        (Event.SUPERSEDE, others[0]),
    ]
    return [
        Leaf(seq=seq, event=event, commitment=commitment, kid=token_key().kid, at=NOW)
        for seq, (event, commitment) in enumerate(said)
    ]


def files() -> dict[str, str]:
    """Return the texts, by name."""
    made, ring = leaves(), key_ring()

    def folded(parts: list[list[transparency.Subtree]]) -> list[bytes]:
        return [transparency.fold([_node([leaf.hash() for leaf in made], one) for one in part]) for part in parts]

    [root] = folded([transparency.cover(0, len(made))])
    head = TreeHead(size=len(made), root=root)
    receipt = Receipt(
        verdict="valid",
        reason=None,
        since=None,
        subject="code",
        subject_sha256=hashlib.sha256(STATED.code.encode()).hexdigest(),
        at=LATER,
        head=head,
        credential_id=STATED.credential_id,
        assurance=STATED.assurance,
        holder_name=STATED.holder_name,
        demonstration=STATED.demonstration,
        leaf=LeafPlace(index=2, salt=SALT),
    )
    return {
        "leaves.jsonl": "".join(f"{leaf.canonical().decode()}\n" for leaf in made),
        "checkpoint.txt": sign_checkpoint(head, site=ORIGIN, ring=ring),
        "inclusion-2-5.json": _told(folded(transparency.inclusion_parts(2, 5))),
        "consistency-3-5.json": _told(folded(transparency.consistency_parts(3, 5))),
        "receipt.jwt": sign_receipt(receipt, origin=ORIGIN, ring=ring),
    }


def _node(hashes: list[bytes], one: transparency.Subtree) -> bytes:
    if one.level == 0:
        return hashes[one.index]
    left, right = (transparency.Subtree(one.level - 1, 2 * one.index + side) for side in (0, 1))
    return transparency.node_hash(_node(hashes, left), _node(hashes, right))


def _told(hashes: list[bytes]) -> str:
    return json.dumps([one.hex() for one in hashes], indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
