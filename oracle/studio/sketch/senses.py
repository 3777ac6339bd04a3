"""The words that are no things: settings, times, weather, sizes, places, styles, and so on."""

from __future__ import annotations

_SENSES = {
    "setting": """
meadow: meadow field fields grassland pasture lawn prairie grass plain countryside landscape valley
hills: hill hills rolling_hills downs highlands
mountains: mountains mountain_range alps peaks mountain_landscape himalaya
desert: desert dunes sand_dunes sahara
beach: beach seaside shore seashore coast tropical_island
sea: sea ocean open_sea open_water waves high_seas
lake: lake lakeside pond loch lagoon
river: river stream riverbank brook creek
snow: snowfield arctic antarctica tundra north_pole south_pole glacier ice snowy_landscape
forest: forest woods woodland grove
jungle: jungle rainforest
wheat field: wheat_field cornfield field_of_wheat farmland farm
flower field: flower_field field_of_flowers flower_meadow meadow_of_flowers
lavender field: lavender_field field_of_lavender
garden: garden park orchard yard backyard
savanna: savanna savannah steppe safari
swamp: swamp marsh bog wetland
canyon: canyon gorge badlands mesa
volcanic: volcanic_landscape lava_field hell
city: city skyline city_skyline downtown metropolis cityscape megacity
street: street town village alley road_in_town city_street main_street
harbour: harbour harbor port marina dock
room: room living_room indoors interior bedroom house_interior parlour study lounge
kitchen: kitchen dining_room restaurant cafe
library: library bookshop archive
hall: hall throne_room castle_hall ballroom great_hall
gallery: gallery museum exhibition
stage: stage theatre theater concert
cave: cave cavern grotto mine dungeon tunnel
underwater: underwater under_water seabed ocean_floor sea_floor aquarium coral_reef reef
underwater: under_the_sea
space: space outer_space cosmos universe galaxy_background deep_space
moon: lunar_surface surface_of_the_moon moonscape
mars: mars martian_surface red_planet alien_planet
clouds: above_the_clouds sea_of_clouds heaven in_the_clouds
road: road highway country_road path way
table: tabletop table_top still_life wooden_table
backdrop: background backdrop studio_background plain_background
graveyard: graveyard cemetery
vineyard: vineyard
""",
    "time": """
day: day daytime noon midday daylight sunny_day afternoon sunlight sunlit
dawn: dawn sunrise daybreak morning early_morning
sunset: sunset sundown golden_hour setting_sun evening_light
dusk: dusk twilight evening blue_hour
night: night midnight nighttime night_sky starry_night moonlit moonlight nocturnal starry_sky starry
""",
    "weather": """
clear: clear cloudless
sunny: sunny bright_sun
cloudy: cloudy clouded partly_cloudy
overcast: overcast gloomy grey_sky gray_sky dreary
rain: rain rainy raining drizzle downpour shower
storm: storm stormy thunderstorm thunder tempest lightning_storm
snowfall: snowing snowfall snowy blizzard falling_snow snowstorm snow
fog: fog foggy mist misty haze hazy smoky
wind: windy wind breeze
""",
    "season": """
spring: spring springtime
summer: summer summertime
autumn: autumn fall autumnal october november
winter: winter wintry wintertime
""",
    "style": """
watercolour: watercolour watercolor aquarelle
oil: oil_painting oil_paint impasto painted brush_strokes van_gogh
impressionist: impressionist impressionism monet pointillism pointillist
pencil: pencil pencil_drawing pencil_sketch charcoal_drawing line_drawing hand_drawn
mono: black_and_white monochrome greyscale grayscale noir film_noir
sepia: sepia vintage old_photo antique retro
pixel: pixel_art pixelated 8_bit 16_bit voxel retro_game
poster: poster flat_design minimalist minimalistic vector flat screenprint pop_art
comic: comic cartoon comic_book anime cel_shaded
neon: neon cyberpunk synthwave vaporwave glowing_neon
pastel: pastel soft_colours soft_colors soft delicate
vivid: vivid vibrant saturated bold_colours bold_colors high_contrast
dark: moody ominous spooky eerie dark_fantasy sinister gothic haunted
mosaic: mosaic tiles stained_glass
blueprint: blueprint technical_drawing cyanotype
woodcut: woodcut linocut engraving etching
blurred: blurry blurred out_of_focus dreamy bokeh
grainy: grainy film_grain noisy
warm: warm warm_light warm_colours cosy cozy
cold: cold cold_light chilly cool_colours
""",
    "view": """
close: close_up closeup portrait macro close_view zoomed_in detail
wide: wide_shot panorama panoramic wide_view wide_angle distant_view vast zoomed_out epic
above: aerial from_above bird's_eye_view birds_eye_view overhead top_view
below: low_angle from_below worm's_eye_view
""",
    "size": """
35: microscopic minuscule
50: tiny miniature minute
72: small little short young baby
100: medium normal average
140: big large great
175: huge enormous giant gigantic massive
220: colossal monumental immense
""",
    "stretch": """
140: tall high slim slender thin narrow
75: low squat
70: wide fat broad round chubby thick
""",
    "count": """
1: a an one single lone
2: two pair couple both twin
3: three few trio
4: four several
5: five some
6: six
7: seven group flock
8: eight herd
9: nine many lots
10: ten dozens
11: eleven
12: twelve dozen
15: fifteen
16: swarm crowd
20: twenty countless hundreds
""",
    "tone": """
light: light pale soft_coloured faint
dark: dark deep
bright: bright vivid_coloured shiny glossy
dull: dull muted faded dusty dirty old
""",
    "pattern": """
stripes: striped stripes stripy
spots: spotted spots polka_dot polka_dotted dotted speckled
checks: checkered chequered checked plaid tartan
bands: banded
bricks: brick_pattern tiled
""",
    "glow": "1: glowing luminous shining burning lit flaming radiant fiery",
    "place": """
far left: far_left leftmost on_the_far_left at_the_left_edge
far right: far_right rightmost on_the_far_right at_the_right_edge
left: on_the_left at_the_left to_the_left left_side on_the_left_side left_hand in_the_left
right: on_the_right at_the_right to_the_right right_side on_the_right_side in_the_right
middle: in_the_middle in_the_center in_the_centre at_the_center at_the_centre centered centred
middle: middle
top: at_the_top on_top top high_up in_the_air up_high flying floating hovering upper
bottom: at_the_bottom bottom lower low_down
centre: vertically_centred
far: in_the_background in_the_distance far_away distant far in_the_back on_the_horizon
near: in_the_foreground foreground nearby in_front close
top left: top_left upper_left in_the_top_left in_the_upper_left top_left_corner upper_left_corner
top right: top_right upper_right in_the_top_right in_the_upper_right top_right_corner
top right: upper_right_corner
bottom left: bottom_left lower_left in_the_bottom_left bottom_left_corner lower_left_corner
bottom right: bottom_right lower_right in_the_bottom_right bottom_right_corner lower_right_corner
""",
    "relation": """
left: left_of to_the_left_of on_the_left_of on_the_left_side_of
right: right_of to_the_right_of on_the_right_of on_the_right_side_of
above: above over flying_over hovering_over floating_above high_above overhead_of
below: below under beneath underneath
on: on on_top_of upon atop standing_on sitting_on lying_on resting_on riding
behind: behind in_back_of
front: in_front_of before
beside: beside next_to near by by_the with_a_nearby alongside close_to against
in: in inside within into
""",
    "named": """
sky: sky skies
ground: ground floor soil earth_ground
light: lighting light_source
it: it him her them
with: with holding carrying
is: is are
""",
}

Senses = dict[str, list[tuple[str, str]]]
"""For each phrase what it may mean: (sense, value)."""


def read_senses() -> Senses:
    """The table above, by phrase."""
    senses: Senses = {}
    for sense, table in _SENSES.items():
        for row in table.strip().splitlines():
            value, _, phrases = row.partition(":")
            for phrase in phrases.split():
                senses.setdefault(phrase.replace("_", " "), []).append((sense, value))
    return senses
