// The parts of the player that only a listener needs. article-player.js fetches them at the first press.
import "./narration-marks.js";
import "./narration-slider.js";
import "./narration-text.js";
import "./narration-aim.js";
import "./narration-session.js";
import "./narration-options.js";
import "./narration-chapters.js";
import "./narration-next.js";
import "./narration-report.js";
