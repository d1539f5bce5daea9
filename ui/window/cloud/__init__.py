"""The envelope: one question, the exact bytes of it, its price, two doors; and what is seen of it afterwards."""
