"""What programs do with the package: contracts section 10."""
