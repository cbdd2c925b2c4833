"""What the plugin adds to Saleor's own GraphQL schema."""
