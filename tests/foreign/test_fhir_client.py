"""A FHIR client that we did not write (fhir-kit-client) finds, reads, is refused, and follows the pages of our server."""

import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

from app.database import current_session
from app.publication.services import clients
from tests.browser.serving import serve
from tests.foreign.npm import installed
from tests.services.publication_builders import NOW, RPPS, labelled, number, published

HERE = Path(__file__).parent / "fhir"


def test_it_understands_everything_that_an_employer_s_software_needs(tmp_path, loaded):
    modules = installed(HERE, what="the clients of FHIR")
    with serve(tmp_path, loaded) as site:
        with site.app.app_context():
            db = current_session()
            for rank in range(1, 6):
                labelled(db, rank=rank)
            published(db, now=NOW - timedelta(hours=1))
            _row, key = clients.add(db, name="CHU de Beauval", token="k" * 43, now=NOW)
            db.commit()
        identifier = f"https://rpps.esante.gouv.fr|{RPPS}"
        done = subprocess.run(
            ["node", str(HERE / "client.mjs"), f"{site.origin}/fhir/r4", key, identifier],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "FOREIGN_MODULES": str(modules)},
        )

    assert done.returncode == 0, done.stderr[-800:]
    said = json.loads(done.stdout)
    assert (said["version"], said["can"]) == ("4.0.1", True)
    assert (said["found"], said["read"]) == ([number(1)], "Nadia Perrin")
    assert said["refused"] == {
        "without a key": [401, "login"],
        "by name": [400, "invalid"],
        "of nobody": [404, "not-found"],
        "written": [405, "not-supported"],
    }
    assert said["pages"] == [2, 2, 1]
