"""Words of which comments are made, the most common first."""

_TEXT = """
the and a to it was very tea good great I is for my not with so this in came of but on love well nice fast
order really delivery all again would from quality thank you have bought packed cup fresh arrived parcel
service smell taste friendly mild strong black green leaves box gift price late early day week morning evening
kettle mug sugar honey lemon ginger mint camomile rose jasmine oolong assam darjeeling ceylon earl grey herbal
fruity spicy sweet bitter light dark pot strainer spoon saucer tray table kitchen office mother father sister
brother friend colleague neighbour birthday christmas winter summer spring autumn rain sun warm cold hot cool
broken cracked damaged missing wrong refund return exchange label card note ribbon paper plastic tin bag
sachet sample voucher discount shipping courier driver door porch stairs lift street city country village
number phone email answer question reply help staff team shop store website page checkout payment invoice
account password basket search filter picture colour size weight gram kilo pound ounce litre bottle glass wood
oak bamboo cotton linen wool felt steel iron copper brass silver gold blue red yellow orange purple pink white
brown round square small large tiny huge heavy handy sturdy flimsy elegant plain simple clever quick slow
patient polite rude careful careless clean dirty dusty shiny dull loud quiet calm busy happy sad angry pleased
disappointed surprised amazed curious hungry thirsty sleepy awake healthy organic natural vegan local foreign
cheap dear fair honest reliable trusty steady regular monthly weekly daily often seldom never always maybe
surely probably almost nearly hardly barely twice thrice once another several many few most least more less
enough plenty dozen hundred thousand first second third last final next previous former recent modern ancient
vintage classic trendy stylish cosy comfy roomy airy crisp smooth creamy rich thin thick deep shallow aroma
flavour scent blend brew steep infusion harvest garden estate farmer import origin season batch grade pekoe
matcha sencha rooibos chai mate ashwagandha bergamot cardamom cinnamon clove fennel hibiscus liquorice nettle
peppermint sage thyme turmeric verbena vanilla zanzibar teapot samovar gaiwan thermos caddy
"""
WORDS = tuple(_TEXT.split())
