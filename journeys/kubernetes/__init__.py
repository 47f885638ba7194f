"""What users do with a Kubernetes cluster, through the official client; imported only where one is configured."""
