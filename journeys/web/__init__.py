"""What users do with web sites: pages that people open, and addresses that programs call."""
