"""How SDKs store large files: in parts, several at once."""

from typing import Any, BinaryIO

from boto3.s3.transfer import TransferConfig, create_transfer_manager

from journeys.threads import ending_with_us

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
SMALLEST_PART = 5 * 2**20


def upload(client: Any, file: BinaryIO, bucket: str, key: str, parameters: dict[str, Any]) -> None:
    """Stores all of `file`, in parts where it is larger than one; `parameters` are those of a PutObject."""
    parts = TransferConfig(
        multipart_threshold=SMALLEST_PART,
        multipart_chunksize=SMALLEST_PART,
        preferred_transfer_client="classic",  # another one would pass by the seam
    )
    with create_transfer_manager(client, parts) as manager:
        transfer = manager.upload(file, bucket, key, parameters)
        with ending_with_us(transfer.cancel):
            transfer.result()
