"""How a firm bends the vocabulary of statuses to its practice: stages, rules, versions, and history."""
