"""What the law and a careful reader ask of a wheel: licence texts and a bill of materials."""
