"""What the community does, on storage: plain functions over a connection, with no channel."""
