"""What assistants may look at and ask for, over the Model Context Protocol (``sheetd mcp``)."""
