"""The S3 operations that our journeys measure: published from zero, before the first of them was made."""

OPERATIONS = (
    "s3.CreateBucket",
    "s3.ListBuckets",
    "s3.DeleteBucket",
    "s3.PutObject",
    "s3.GetObject",
    "s3.HeadObject",
    "s3.ListObjectsV2",
    "s3.DeleteObject",
    "s3.DeleteObjects",
    "s3.CreateMultipartUpload",
    "s3.UploadPart",
    "s3.CompleteMultipartUpload",
)
