"""What a subject states and proves in a round: revisions that are only ever added, one of them submitted."""
