// Wagtail starts a calendar, a chooser and a list of rows by an inline script, which the panel's
// Content-Security-Policy stops. Our template puts that script's arguments in attributes. Only these
// functions may be named, so that injected markup can't choose which function is called.
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
      this.element.remove(); // otherwise a moved row would start again
      start(this.nameValue, this.targetValue, this.optionsValue);
    }
  },
);

// The cropping frame would test for touch with an inline handler, which the policy also stops.
if (jQuery.Jcrop) jQuery.Jcrop.defaults.touchSupport = "ontouchend" in window;
