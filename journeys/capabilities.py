"""What a store may lack and still be an S3 store: the names behind ``@needs.<name>`` and JOURNEYS_CAPABILITIES."""

from types import MappingProxyType

# What every S3 store does has no name here: a scenario for it needs no tag.
CAPABILITIES = MappingProxyType(
    {
        "acl": "rights that are given with an object or bucket, such as public-read, are honoured",
        "batch-delete": "many objects are deleted with one request",
        "bucket-policy": "a bucket's policy grants and denies",
        "checksum-crc64nvme": "CRC64NVME, too, the default of AWS since 2025; it comes with `checksums`",
        "checksums": "CRC32, CRC32C, SHA-1 and SHA-256 of an upload are verified, kept and told",
        "conditional-deletes": "a delete may depend on the object being the one expected",
        "conditional-writes": "a write may depend on there being no object of that name, or the one expected",
        "cors": "a bucket says which web pages may use it",
        "default-encryption": "objects are encrypted at rest, and the store says so",
        "folder-content": "an object whose name ends in a slash may have content",
        "lifecycle": "a bucket's rules for removing objects by age are kept",
        "md5-etags": "the ETag of an object stored at once is its MD5, as many programs expect",
        "object-lock": "a version can be locked until a date, or until further notice",
        "post-forms": "a web form can store an object",
        "presigned-links": "a signed link lets a stranger read or write one object",
        "public-access-block": "a bucket can be closed to the public, whatever its policy and rights say",
        "replica": "what is written at the first site comes to a second one",
        "sdk-defaults": "programs with a current SDK's own settings work: checksums on every upload and download",
        "second-user": "there is a user without rights to ours",
        "sse-c": "an object can be encrypted with a key that only its user has",
        "tagging": "objects have tags",
        "versioning": "a bucket keeps earlier versions of its objects",
    }
)
