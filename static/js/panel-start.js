// Wagtail starts a calendar, a chooser and a list of rows by a script in the page, which the panel's
// Content-Security-Policy stops. Ours says in attributes what that script said. Only these may be
// named: what somebody smuggles into a page must not choose what is called.
const FUNCTIONS = ["initDateChooser", "initDateTimeChooser", "initTimeChooser", "createTaskChooser"];
const CHOOSERS = ["Chooser", "PageChooser", "ImageChooser", "DocumentChooser", "SnippetChooser"];

function start(name, target, options) {
  if (FUNCTIONS.includes(name)) window[name](target, options);
  else if (CHOOSERS.includes(name)) new window[name](target, options);
  else if (name === "InlinePanel") new InlinePanel(options);
}

window.wagtail.app.register(
  "panel-start",
  class extends window.StimulusModule.Controller {
    static values = { name: String, target: String, options: Object };

    connect() {
      this.element.remove(); // a row that is moved would start again
      start(this.nameValue, this.targetValue, this.optionsValue);
    }
  },
);

// The frame on a picture would try by an inline handler whether there is touch.
if (jQuery.Jcrop) jQuery.Jcrop.defaults.touchSupport = "ontouchend" in window;
