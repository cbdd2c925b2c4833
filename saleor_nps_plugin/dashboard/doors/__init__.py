"""The pages "Links, tablets and storefront", within "Surveys"."""
