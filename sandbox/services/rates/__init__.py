"""What coins are worth in EUR (`/courses`)."""
