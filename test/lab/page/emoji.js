/** The emoji that are used here, by Mattermost's names. */
const EMOJI = Object.fromEntries(
  `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 clap 👏 raised_hands 🙌 pray 🙏 wave 👋 muscle 💪 point_right 👉 point_up ☝️
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ octagonal_sign 🛑 no_entry ⛔ no_entry_sign 🚫 stop_button ⏹️
eyes 👀 no_bell 🔕 bell 🔔 mute 🔇 speaker 🔈 loudspeaker 📢 mega 📣 arrow_forward ▶️ play_or_pause_button ⏯️ pause_button ⏸️ fast_forward ⏩ rewind ⏪
warning ⚠️ rotating_light 🚨 fire 🔥 boom 💥 ambulance 🚑 fire_engine 🚒 skull 💀 bug 🐛 construction 🚧 hammer 🔨 wrench 🔧 gear ⚙️ nut_and_bolt 🔩
rocket 🚀 tada 🎉 hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ alarm_clock ⏰ clock1 🕐 repeat 🔁 arrows_counterclockwise 🔄 leftwards_arrow_with_hook ↩️
red_circle 🔴 large_blue_circle 🔵 large_yellow_circle 🟡 large_orange_circle 🟠 large_green_circle 🟢 white_circle ⚪ black_circle ⚫
heart ❤️ green_heart 💚 yellow_heart 💛 blue_heart 💙 broken_heart 💔 star ⭐ zap ⚡ bulb 💡 lock 🔒 unlock 🔓 key 🔑 shield 🛡️ package 📦 floppy_disk 💾 cd 💿
computer 💻 desktop_computer 🖥️ satellite 🛰️ electric_plug 🔌 battery 🔋 bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
memo 📝 clipboard 📋 page_facing_up 📄 mag 🔍 question ❓ grey_question ❔ exclamation ❗ grey_exclamation ❕ information_source ℹ️
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ 100 💯 sos 🆘 new 🆕 up 🆙 ok 🆗 cool 🆒 free 🆓
smile 😄 smiley 😃 grinning 😀 laughing 😆 slightly_smiling_face 🙂 wink 😉 sob 😭 cry 😢 scream 😱 thinking 🤔 thinking_face 🤔 zzz 💤 sleeping 😴 ghost 👻 robot 🤖 robot_face 🤖 sweat_smile 😅 facepalm 🤦 shrug 🤷
camera_with_flash 📸 whale 🐳 elephant 🐘 sunny ☀️ cloud ☁️ rainbow 🌈 coffee ☕ pizza 🍕 beer 🍺 telephone_receiver 📞 pager 📟 e-mail 📧 email 📧 speech_balloon 💬
broom 🧹 wastebasket 🗑️ recycle ♻️ checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ link 🔗 paperclip 📎 pushpin 📌 round_pushpin 📍 calendar 📆 date 📅
`
    .trim()
    .split(/\s+/)
    .reduce((pairs, word, index, all) => (index % 2 === 0 ? [...pairs, [word, all[index + 1]]] : pairs), []),
);

const TONES = { light: '🏻', medium_light: '🏼', medium: '🏽', medium_dark: '🏾', dark: '🏿' };

/** What the picker offers: vigie's votes first. */
export const OFFERED = [
  'white_check_mark',
  'x',
  'octagonal_sign',
  'eyes',
  'no_bell',
  'arrow_forward',
  '+1',
  'rocket',
  'tada',
  'heart',
  'warning',
  'fire',
  'hourglass',
  'thinking',
  'pray',
  'coffee',
];

/** The character of a name, or null when there is none here. */
export function emojiOf(name) {
  const toned = /^(.+?)_(light|medium_light|medium|medium_dark|dark)_skin_tone$/.exec(name);
  if (toned !== null && EMOJI[toned[1]] !== undefined) return EMOJI[toned[1]].replace('\ufe0f', '') + TONES[toned[2]];
  return Object.hasOwn(EMOJI, name) ? EMOJI[name] : null;
}
