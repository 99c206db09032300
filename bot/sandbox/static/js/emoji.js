/** Common emoji by their shortcode. A shortcode that is not here stays text, as in Slack. */

const TABLE = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 clap 👏 pray 🙏 muscle 💪 raised_hands 🙌 handshake 🤝 point_right 👉 point_left 👈
point_up ☝️ point_down 👇 raised_hand ✋ hand ✋ v ✌️ crossed_fingers 🤞 eyes 👀 writing_hand ✍️ open_hands 👐 fist ✊ facepunch 👊
smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rolling_on_the_floor_laughing 🤣 slightly_smiling_face 🙂 upside_down_face 🙃
wink 😉 blush 😊 innocent 😇 heart_eyes 😍 thinking_face 🤔 thinking 🤔 neutral_face 😐 expressionless 😑 smirk 😏 unamused 😒 grimacing 😬 relieved 😌
pensive 😔 sleepy 😪 sleeping 😴 mask 😷 sunglasses 😎 nerd_face 🤓 confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲
flushed 😳 fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩 tired_face 😫 triumph 😤 rage 😡 angry 😠 face_palm 🤦 shrug 🤷
partying_face 🥳 hugging_face 🤗 shushing_face 🤫 zipper_mouth_face 🤐 exploding_head 🤯 melting_face 🫠 saluting_face 🫡 robot_face 🤖 ghost 👻 skull 💀 clown_face 🤡
heart ❤️ yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔 sparkling_heart 💖 100 💯 boom 💥 collision 💥 dizzy 💫
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️ heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_division_sign ➗
warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 rotating_light 🚨 construction 🚧 exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕ question ❓ grey_question ❔ bangbang ‼️ interrobang ⁉️
information_source ℹ️ recycle ♻️ radioactive_sign ☢️ biohazard_sign ☣️ infinity ♾️ copyright ©️ registered ®️ tm ™️ hash #️⃣ asterisk *️⃣
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤 black_circle ⚫ white_circle ⚪
large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪 black_large_square ⬛ white_large_square ⬜ black_small_square ▪️ white_small_square ▫️
large_orange_diamond 🔶 large_blue_diamond 🔷 small_orange_diamond 🔸 small_blue_diamond 🔹 small_red_triangle 🔺 small_red_triangle_down 🔻 diamond_shape_with_a_dot_inside 💠 radio_button 🔘 white_square_button 🔳 black_square_button 🔲
arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_upper_left ↖️ arrow_lower_left ↙️ arrow_right_hook ↪️ leftwards_arrow_with_hook ↩️ arrows_counterclockwise 🔄 arrows_clockwise 🔃
arrow_forward ▶️ arrow_backward ◀️ fast_forward ⏩ rewind ⏪ double_vertical_bar ⏸️ black_square_for_stop ⏹️ repeat 🔁 arrow_up_small 🔼 arrow_down_small 🔽 back 🔙 end 🔚 on 🔛 soon 🔜 top 🔝
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 zero 0️⃣ new 🆕 ok 🆗 up 🆙 cool 🆒 free 🆓 sos 🆘
clock1 🕐 clock9 🕘 clock12 🕛 hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ calendar 📆 date 📅 spiral_calendar_pad 🗓️
bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ email 📧 envelope ✉️ incoming_envelope 📨 inbox_tray 📥 outbox_tray 📤 package 📦 mailbox 📫
memo 📝 pencil 📝 pencil2 ✏️ lower_left_ballpoint_pen 🖊️ clipboard 📋 pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗 scissors ✂️ file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ page_facing_up 📄 page_with_curl 📃 bookmark 🔖 label 🏷️ notebook 📓 books 📚 book 📖 newspaper 📰
bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 mag 🔍 mag_right 🔎 lock 🔒 unlock 🔓 key 🔑 closed_lock_with_key 🔐 shield 🛡️ hammer 🔨 wrench 🔧 hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 toolbox 🧰 broom 🧹 wastebasket 🗑️ link 🔗 chains ⛓️ magnet 🧲 test_tube 🧪 microscope 🔬 telescope 🔭 satellite_antenna 📡 bulb 💡 flashlight 🔦 battery 🔋 electric_plug 🔌 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ iphone 📱 phone ☎️ telephone_receiver 📞 floppy_disk 💾 cd 💿 camera 📷 movie_camera 🎥 tv 📺 dart 🎯 compass 🧭 scales ⚖️ money_with_wings 💸 moneybag 💰 credit_card 💳 receipt 🧾
fire 🔥 fire_engine 🚒 fire_extinguisher 🧯 bomb 💣 rocket 🚀 airplane ✈️ ship 🚢 anchor ⚓ car 🚗 bus 🚌 bike 🚲 vertical_traffic_light 🚦 traffic_light 🚥 checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ black_flag 🏴 rainbow-flag 🏳️‍🌈
tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 medal 🏅 sports_medal 🏅 star ⭐ star2 🌟 sparkles ✨ zap ⚡ crown 👑 gem 💎 game_die 🎲 jigsaw 🧩 art 🎨 musical_note 🎵 crystal_ball 🔮
sunny ☀️ sun_with_face 🌞 partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ snowflake ❄️ snowman ⛄ umbrella ☔ ocean 🌊 droplet 💧 rainbow 🌈 crescent_moon 🌙 full_moon 🌕 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 volcano 🌋 tornado 🌪️
seedling 🌱 evergreen_tree 🌲 deciduous_tree 🌳 palm_tree 🌴 cactus 🌵 herb 🌿 four_leaf_clover 🍀 maple_leaf 🍁 fallen_leaf 🍂 leaves 🍃 mushroom 🍄 rose 🌹 sunflower 🌻 tulip 🌷 cherry_blossom 🌸 bouquet 💐
coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾 pizza 🍕 hamburger 🍔 fries 🍟 taco 🌮 popcorn 🍿 cake 🍰 birthday 🎂 doughnut 🍩 cookie 🍪 chocolate_bar 🍫 apple 🍎 banana 🍌 lemon 🍋 avocado 🥑 hot_pepper 🌶️ bread 🍞 salt 🧂
dog 🐶 cat 🐱 mouse 🐭 rabbit 🐰 fox_face 🦊 bear 🐻 panda_face 🐼 lion_face 🦁 cow 🐮 pig 🐷 frog 🐸 monkey_face 🐵 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 bee 🐝 bug 🐛 beetle 🐞 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 whale 🐳 dolphin 🐬 unicorn_face 🦄 sloth 🦥 canary 🐤 baby_chick 🐤 phoenix 🐦‍🔥
bust_in_silhouette 👤 busts_in_silhouette 👥 speaking_head_in_silhouette 🗣️ male-technologist 👨‍💻 female-technologist 👩‍💻 technologist 🧑‍💻 firefighter 🧑‍🚒 detective 🕵️ sleuth_or_spy 🕵️ male-doctor 👨‍⚕️ superhero 🦸 runner 🏃 walking 🚶 dancer 💃 footprints 👣 brain 🧠 ear 👂
house 🏠 office 🏢 hospital 🏥 factory 🏭 bank 🏦 building_construction 🏗️ door 🚪 bed 🛏️ couch_and_lamp 🛋️ hotel 🏨 stadium 🏟️ bricks 🧱 ladder 🪜 parachute 🪂 lifebuoy 🛟 ring_buoy 🛟 passport_control 🛂
`;

const pairs = TABLE.trim().split(/\s+/);
const EMOJI = new Map();
for (let at = 0; at + 1 < pairs.length; at += 2) EMOJI.set(pairs[at], pairs[at + 1]);

const TONES = { "skin-tone-2": "🏻", "skin-tone-3": "🏼", "skin-tone-4": "🏽", "skin-tone-5": "🏾", "skin-tone-6": "🏿" };

/** The character of a shortcode (without colons, `wave::skin-tone-3` included); null when it is not known. */
export function emoji(name) {
  const [base, tone] = name.split("::");
  const found = EMOJI.get(base);
  return found ? found.replace(/\uFE0F$/u, tone ? "" : "\uFE0F") + (TONES[tone] ?? "") : null;
}

/** Replaces the shortcodes in a plain text. */
export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+(?:::skin-tone-\d)?):/g, (whole, name) => emoji(name) ?? whole);

/** The reactions that are offered. */
export const QUICK_REACTIONS = ["+1", "eyes", "white_check_mark", "tada", "heart"];
