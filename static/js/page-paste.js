// Pasting into the rich texts of the panel. See docs/decisions/0122-one-filter-for-what-is-pasted.md.
import "./paste-left-out.js";
import "./paste-address.js";
import "./paste-characters.js";
import "./paste-looks.js";
import "./paste-footnotes.js";
import "./paste-word.js";
import "./paste-tables.js";
import "./paste-page.js";
import "./paste-markdown.js";
import "./paste-draft.js";
import "./paste-pictures.js";
import "./paste-stream.js";
import "./paste-notice.js";
import "./paste-finish.js";
import "./paste-clipboard.js";
import "./paste-events.js";
import "./paste-slash.js";
