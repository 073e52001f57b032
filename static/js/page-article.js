// The behaviours of an article. Each does nothing on an article that has no use for it.
import "./search.js";
import "./term-card.js";
import "./larger-picture.js";
import "./article-contents.js";
import "./reading-bar.js";
import "./share-article.js";
import "./gate.js";
import "./narration-voice.js";
import "./narration-position.js";
import "./narration-choices.js";
import "./article-player.js";
import "./narration-name.js";
import "./narration-button.js";
