"""All things that can be drawn, by noun; other names for them; and the parts that have colours."""

from __future__ import annotations

from oracle.studio.sketch.kinds import Kind
from oracle.studio.sketch.things import (
    animals_table,
    buildings_table,
    food_table,
    home_table,
    land,
    objects_table,
    people,
    plants,
    sealife,
    sky,
    vehicles_table,
    wings,
)

KINDS: dict[str, Kind] = {}
for _family in (
    animals_table, buildings_table, food_table, home_table, land, objects_table, people, plants,
    sealife, sky, vehicles_table, wings,
):  # fmt: skip
    KINDS |= _family.KINDS

_SAME = """
cat: kitten kitty feline | dog: puppy hound labrador | horse: pony stallion mare foal
cow: cattle
bull: ox | bison: buffalo | sheep: lamb ewe | goat: kid | pig: piglet hog | boar: wild_boar
deer: doe fawn gazelle antelope impala | stag: elk reindeer buck | llama: alpaca
rabbit: bunny hare | mouse: rat hamster | panther: puma jaguar | leopard: cheetah lynx
gorilla: ape | monkey: chimpanzee chimp | crocodile: alligator | lizard: gecko iguana salamander
turtle: tortoise | frog: toad | bear: brown_bear grizzly | beaver: otter | raccoon: badger
dragon: dinosaur wyvern | mammoth: woolly_mammoth | rhino: rhinoceros | hippo: hippopotamus
crow: raven blackbird | gull: perched_seagull | hawk: falcon perched_eagle
duck: mallard duckling
chicken: hen | rooster: cock cockerel | heron: stork crane egret | ostrich: emu
flying bird: flock_of_birds swallow flying_crow | eagle: vulture condor | beetle: bug insect
fly: mosquito | bee: wasp bumblebee honeybee | butterfly: moth | ladybug: ladybird | ant: ants
web: cobweb spider_web | fish: salmon_fish trout carp | whale: blue_whale humpback
orca: killer_whale | seal: walrus sea_lion | shell: seashell clam conch | seaweed: kelp alga
crab: hermit_crab | lobster: crayfish shrimp | squid: cuttlefish
tree: linden beech elm ash_tree deciduous_tree | pine: pine_tree evergreen conifer spruce
fir: fir_tree | palm: palm_tree coconut_tree | oak: oak_tree | birch: birch_tree
willow: willow_tree
cypress: poplar | maple: maple_tree | dead tree: bare_tree leafless_tree | cherry tree: sakura
christmas tree: xmas_tree | bush: shrub hedge thicket | wheat: corn_plant grain barley
reed: cattail rush | flower: blossom_flower wildflower bloom | lotus: water_lily lily_pad
toadstool: fly_agaric red_mushroom | mushroom: fungus | log: tree_trunk | stump: tree_stump
lavender flower: lavender_plant hyacinth | violet flower: pansy | grass: tuft_of_grass
house: home bungalow farmhouse red-roofed_house | cottage: thatched_cottage | villa: town_house
cabin: hut log_cabin shack shed | barn: stable | castle: fortress citadel | palace: chateau
tower: watchtower keep | pointed tower: turret spire wizard_tower | lighthouse: beacon
church: chapel | cathedral: basilica abbey monastery | temple: parthenon greek_temple shrine
mosque: minaret | pyramid: pyramids_of_giza | skyscraper: high-rise tower_block
office building: building office bank hospital
apartment building: apartment flats block_of_flats
shop: store bakery market_stall market | factory: power_plant mill | windmill: wind_mill
bridge: stone_bridge viaduct aqueduct | arch: archway gateway torii | tent: camping_tent pavilion
circus tent: big_top | tipi: teepee wigwam | well: wishing_well | wall: brick_wall
fence: picket_fence wooden_fence | column: pillar obelisk statue monument | ruin: ruins
rock: stone boulder pebble cliff | mountain: peak mount | gravestone: tombstone grave
cross: crucifix | pond: puddle pool | iceberg: ice_floe
man: person gentleman guy father businessman human figure silhouette | boy: child kid_boy
woman: lady mother female | girl: daughter | witch: sorceress | wizard: magician sorcerer merlin
soldier: guard | police officer: policeman cop | chef: cook baker | farmer: peasant gardener
fisherman: sailor | cowboy: sheriff | dancer: ballerina | monk: priest nun | robot: android cyborg
astronaut: cosmonaut spaceman | ghost: spirit phantom | superhero: hero
knight: warrior samurai viking | queen: empress | king: emperor
car: automobile vehicle red_car sedan | truck: lorry pickup | bus: coach school_bus
train: locomotive steam_train steam_engine railway | tram: streetcar trolley | bicycle: bike
motorcycle: motorbike scooter moped | cart: handcart | wagon: carriage caravan
sled: sledge sleigh
boat: rowing_boat rowboat canoe fishing_boat dinghy kayak gondola | sailboat: sailing_boat yacht
ship: steamship cruise_ship ocean_liner steamer ferry | galleon: sailing_ship tall_ship frigate
airplane: plane aeroplane jet airliner | propeller plane: biplane | airship: zeppelin blimp
rocket: spaceship spacecraft space_ship missile | flying saucer: ufo alien_ship alien_spaceship
hot air balloon: hot-air_balloon air_balloon | fire truck: fire_engine | police car: squad_car
apple: red_apple | orange fruit: oranges mandarin | grape: grapes bunch_of_grapes
watermelon: slice_of_watermelon melon | bread: loaf baguette | pie: tart | doughnut: donut
burger: hamburger sandwich | ice cream: ice_cream_cone gelato
cup: coffee_cup cup_of_coffee coffee_mug
teacup: cup_of_tea | wine glass: glass_of_wine goblet chalice | glass: glass_of_water
bottle: wine_bottle bottle_of_wine | jug: pitcher amphora | teapot: kettle
cooking pot: saucepan pot
fruit bowl: bowl_of_fruit basket_of_fruit | jack o'lantern: jack_o'_lantern halloween_pumpkin
cake: birthday_cake | cupcake: muffin | broccoli: cauliflower | plum: prune
sofa: couch settee | armchair: throne | chair: stool | bookshelf: bookcase
cupboard: wardrobe closet
lamp: table_lamp desk_lamp | floor lamp: standing_lamp
street lamp: lamppost streetlight street_light
painting: picture_frame framed_picture poster_on_the_wall | rug: carpet mat
bonfire: campfire fire flame
potted plant: houseplant plant_in_a_pot plant
vase: vase_of_flowers bouquet flower_vase flowers_in_a_vase
potted flower: flowerpot flower_pot | clock: wall_clock | fireplace: hearth | violin: cello fiddle
piano: grand_piano | trumpet: horn_instrument | dinner table: dining_table
toy balloon: balloon | football: soccer_ball | umbrella: parasol beach_umbrella | gift: present
gem: diamond jewel crystal_gem | television: tv monitor | telephone: phone smartphone mobile
shoe: boot sneaker | suitcase: bag luggage briefcase | flag: banner | signpost: road_sign sign
box: crate cardboard_box | bucket: pail | axe: hatchet | shoe: shoes boots | hammer: mallet
star: stars | cloud: clouds | crescent moon: crescent half_moon | moon: full_moon
aurora: northern_lights
lightning: lightning_bolt bolt_of_lightning | fireworks: firework
comet: shooting_star meteor asteroid
planet: jupiter alien_world | ringed planet: saturn | earth: planet_earth
sphere: orb globe_shape
circle: disc dot | square: rectangle | ring shape: torus hoop | heart: love_heart
"""


def _same_nouns() -> dict[str, str]:
    same: dict[str, str] = {}
    for entry in _SAME.replace("\n", "|").split("|"):
        noun, _, others = entry.partition(":")
        for other in others.split():
            same[other.replace("_", " ")] = noun.strip()
    return same


SAME_NOUNS = _same_nouns()
"""Another name → the noun that is drawn."""

PARTS: dict[str, str] = {
    "roof": "roof", "gate": "door", "sail": "sail", "trunk": "trunk", "foliage": "leaves",
    "leave": "leaves", "petal": "petal", "blossom": "petal", "mane": "mane", "horn": "horn",
    "belly": "belly", "stripe": "marks", "frame": "frame", "hair": "hair", "skin": "skin",
    "dress": "cloth", "shirt": "cloth", "coat": "cloth", "robe": "cloth", "trousers": "trousers",
    "pants": "trousers", "cape": "cape", "cloak": "cape", "wing": "wing", "beak": "bill",
    "bill": "bill", "fin": "fin", "eye": "eye", "hull": "body", "icing": "icing", "cap": "cap",
    "stem": "stem", "seat": "seat", "sheet": "sheet", "ribbon": "ribbon", "scarf": "scarf",
    "walls": "wall", "beard": "beard", "tail": "tail", "blanket": "body", "lampshade": "body",
}  # fmt: skip
"""A word for a part → the part of the palette that its colour paints."""
