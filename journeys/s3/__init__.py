"""What users do with an object store, noun by noun: each function takes the scenario's Journey first."""
