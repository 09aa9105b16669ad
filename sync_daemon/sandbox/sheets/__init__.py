"""How Google Sheets behaves: documents, cells, requests and answers."""
