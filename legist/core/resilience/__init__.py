"""Staying upright when outside services do not: backoff, quota, circuit breaker, failure boundary."""
