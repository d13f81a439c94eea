"""What is owed to the people in a pool: told, shown, corrected, decided by a person, checked."""
