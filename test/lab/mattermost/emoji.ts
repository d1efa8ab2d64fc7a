/** Names that a reaction may have here: those that operators use. The real server knows some 4,000, and refuses the others in the same way. */
const NAMES = `
+1 -1 thumbsup thumbsdown ok_hand clap raised_hands pray wave muscle point_up point_right raised_hand hand v
white_check_mark heavy_check_mark ballot_box_with_check x negative_squared_cross_mark octagonal_sign no_entry no_entry_sign stop_button
eyes no_bell bell mute speaker loudspeaker mega arrow_forward play_or_pause_button pause_button fast_forward rewind
warning rotating_light fire boom ambulance fire_engine skull bug construction hammer wrench gear nut_and_bolt
rocket tada hourglass hourglass_flowing_sand stopwatch alarm_clock clock1 repeat arrows_counterclockwise leftwards_arrow_with_hook
red_circle large_blue_circle large_yellow_circle large_orange_circle large_green_circle white_circle black_circle
green_heart heart yellow_heart blue_heart broken_heart star zap bulb lock unlock key shield package floppy_disk cd
computer desktop_computer satellite electric_plug battery bar_chart chart_with_upwards_trend chart_with_downwards_trend
memo clipboard page_facing_up mag question grey_question exclamation grey_exclamation information_source
one two three four five six seven eight nine zero 100 sos new up ok cool free
smile smiley grinning laughing slightly_smiling_face wink sob cry scream thinking thinking_face zzz sleeping ghost robot robot_face sweat_smile facepalm shrug
camera_with_flash whale elephant sunny cloud rainbow coffee pizza beer telephone_receiver pager e-mail email speech_balloon
broom wastebasket recycle checkered_flag triangular_flag_on_post white_flag link paperclip pushpin round_pushpin calendar date
`
  .trim()
  .split(/\s+/);

const TONES = ['light', 'medium_light', 'medium', 'medium_dark', 'dark'];
const HANDS = [
  '+1',
  '-1',
  'thumbsup',
  'thumbsdown',
  'ok_hand',
  'clap',
  'raised_hands',
  'pray',
  'wave',
  'muscle',
  'point_up',
  'point_right',
  'raised_hand',
  'hand',
  'v',
  'facepalm',
  'shrug',
];

const KNOWN = new Set([...NAMES, ...HANDS.flatMap((hand) => TONES.map((tone) => `${hand}_${tone}_skin_tone`))]);

/** Whether a reaction may have this name; hands come in five skin tones, such as `+1_medium_skin_tone`. */
export function isEmoji(name: string): boolean {
  return KNOWN.has(name);
}
