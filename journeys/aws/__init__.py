"""Everything that speaks to AWS-compatible APIs through boto3."""
