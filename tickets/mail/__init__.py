"""What a mail says, read without a database: raw bytes in, plain values out."""
