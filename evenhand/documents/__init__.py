"""Documents for people as files: PDF, with every font inside."""
