"""One append-only, hash-chained record of every act."""
