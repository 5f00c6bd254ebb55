"""What Prometheus is told: counted as it happens, or read when it is asked for."""
