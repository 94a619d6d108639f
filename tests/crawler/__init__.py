"""The crawler, beside a simulated Hub and single faked exchanges."""
