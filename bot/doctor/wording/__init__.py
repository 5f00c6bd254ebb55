"""What the doctor says: one function a finding, named after it."""
