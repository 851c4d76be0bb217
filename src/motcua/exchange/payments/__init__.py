"""Ways of paying online: the payment platform of the national portal, and bank transfers by VietQR."""
