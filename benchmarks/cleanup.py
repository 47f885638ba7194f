"""What it takes to remove a full bucket: 1,000 objects, 200 further versions, 50 unfinished uploads.

    .venv/bin/python -m benchmarks.cleanup

Prints requests by operation and seconds, next to the seconds that filling it took with the same client, for a
measure of the machine. Needs requirements-demo.txt.
"""

import tempfile
import time
from pathlib import Path

from journeys.demo.seaweedfs import SeaweedFS
from journeys.run import Run
from journeys.settings import parse

OBJECTS, VERSIONS, UPLOADS = 1000, 200, 50


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, SeaweedFS(Path(directory) / "store", "key", "secret") as store:
        settings = {
            "AWS_ENDPOINT_URL_S3": store.endpoint_url,
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key,
            "JOURNEYS_STATE_DIR": f"{directory}/state",
        }
        run = Run(parse(settings), push=False)
        client, bucket = run.clients.s3(), run.ledger.new_name()
        began = time.perf_counter()
        with run.ledger.creating("bucket", bucket):
            client.create_bucket(Bucket=bucket)
        fill(client, bucket)
        filled = time.perf_counter()
        last = run.journal.rows("SELECT max(id) AS id FROM calls")[0]["id"]
        run.ledger.clean_run(600)
        cleaned = time.perf_counter()
        assert not run.journal.still_owned()
        requests = run.journal.rows(
            "SELECT operation, count(*) AS count FROM calls WHERE id > ? GROUP BY operation ORDER BY 2 DESC", last
        )
        run.close()
    for row in requests:
        print(f"{row['operation']:26} {row['count']:5}")
    print(f"{'all requests':26} {sum(row['count'] for row in requests):5}")
    print(f"removed in {cleaned - filled:.2f} s, filled in {filled - began:.2f} s")


def fill(client, bucket: str) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for number in range(OBJECTS):
        client.put_object(Bucket=bucket, Key=f"object-{number:04}", Body=b"x")
    for number in range(VERSIONS):
        client.put_object(Bucket=bucket, Key=f"object-{number:04}", Body=b"y")
    for number in range(UPLOADS):
        client.create_multipart_upload(Bucket=bucket, Key=f"upload-{number:02}")


if __name__ == "__main__":
    main()
