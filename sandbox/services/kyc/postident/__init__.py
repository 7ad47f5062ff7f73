"""Identity checks by a person who looks at a document (`/postident`), and the page of that person."""
