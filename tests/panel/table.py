"""Who may open which address of the panel, by the names of the views.

The suite fails until each view of a new Wagtail version is listed here. First read what the view
shows, and whose it is. portal/panel_guard.py decides who may open it.
"""

#: The frame, the settings, and addresses that lead to the portal's own sign-in.
EVERYBODY = """
    guide guide_picture accounts.views.sign_in.panel_login panel_file
    wagtail.admin.views.home.default wagtailadmin_account wagtailadmin_dismissibles
    wagtailadmin_home wagtailadmin_javascript_catalog wagtailadmin_logout wagtailadmin_sprite
"""
#: Views of members, and of nothing else.
MEMBER_MANAGERS = """
    add_note delete_note given_up_mails member_import members_in members_out wagtailusers_users:edit
    wagtailusers_users:history wagtailusers_users:history_results wagtailusers_users:index
    wagtailusers_users:index_results
"""
#: The list of the staff, their roles, and invitations.
STAFF_MANAGERS = """
    staff staff_invitation staff_member
"""
#: Writers see the titles of published pages and of their own, the text of their own, published
#: pictures and files and their own, and published terms.
WRITERS = """
    figures figures_of_article figures_of_author
    add_page author_suggestions edit_page glossary:index glossary:index_results search_pages
    revert_page publishing_moment publishing_sheet publishing_sheet_of_new search_pages_results
    draft_links see_as see_as_frame dead_links article_list article_list_results series_add
    series_board series_list series_list_results explore_page wagtailadmin_api:pages:detail
    wagtailadmin_api:pages:listing wagtailadmin_block_preview wagtailadmin_choose_page
    wagtailadmin_choose_page_anchor_link wagtailadmin_choose_page_child
    wagtailadmin_choose_page_email_link wagtailadmin_choose_page_external_link
    wagtailadmin_choose_page_phone_link wagtailadmin_choose_page_search
    wagtailadmin_editing_sessions:ping wagtailadmin_editing_sessions:release wagtailadmin_explore
    wagtailadmin_explore_results wagtailadmin_explore_root wagtailadmin_pages:add_subpage
    wagtailadmin_pages:confirm_workflow_cancellation wagtailadmin_pages:delete
    wagtailadmin_pages:history wagtailadmin_pages:history_results wagtailadmin_pages:move
    wagtailadmin_pages:move_confirm wagtailadmin_pages:preview_on_add
    wagtailadmin_pages:preview_on_edit wagtailadmin_pages:revisions_compare
    wagtailadmin_pages:revisions_index wagtailadmin_pages:revisions_revert
    wagtailadmin_pages:revisions_view wagtailadmin_pages:search wagtailadmin_pages:search_results
    wagtailadmin_pages:usage wagtailadmin_pages:view_draft wagtailadmin_pages:workflow_history
    wagtailadmin_pages:workflow_history_detail wagtailimages:add wagtailimages:add_multiple
    wagtailimages:create_multiple_from_uploaded_image wagtailimages:delete
    wagtailimages:delete_multiple wagtailimages:delete_upload_multiple wagtailimages:edit
    wagtailimages:edit_multiple wagtailimages:image_usage wagtailimages:index
    wagtailimages:index_results wagtailimages:preview wagtailimages_chooser:choose
    wagtailimages_chooser:choose_results wagtailimages_chooser:chosen wagtailimages_chooser:create
    wagtailsnippetchoosers_articles_file:choose wagtailsnippetchoosers_articles_file:choose_results
    wagtailsnippetchoosers_articles_file:chosen wagtailsnippetchoosers_articles_file:create
"""
#: Views that show everything, and views that Wagtail reserves for superusers.
EDITORS = """
    figures_of_series figures_of_sponsor
    announcement_silence approve_page letter_send letter_sending letter_sendings letter_test
    ignore_link series_change_parts series_move_parts series_order series_plan_part
    series_replan_part series_undo_access corrections narration_pronounced narration_recording
    narration_sound wagtailsnippetchoosers_narration_pronunciation:choose
    wagtailsnippetchoosers_narration_pronunciation:choose_results
    wagtailsnippetchoosers_narration_pronunciation:chosen
    wagtailsnippetchoosers_narration_pronunciation:chosen_multiple
    wagtailsnippetchoosers_narration_pronunciation:create
    wagtailsnippetchoosers_narration_wordreport:choose
    wagtailsnippetchoosers_narration_wordreport:choose_results
    wagtailsnippetchoosers_narration_wordreport:chosen
    wagtailsnippetchoosers_narration_wordreport:chosen_multiple
    wagtailsnippetchoosers_narration_wordreport:create wagtailsnippets_narration_pronunciation:add
    wagtailsnippets_narration_pronunciation:copy wagtailsnippets_narration_pronunciation:delete
    wagtailsnippets_narration_pronunciation:edit wagtailsnippets_narration_pronunciation:history
    wagtailsnippets_narration_pronunciation:history_results
    wagtailsnippets_narration_pronunciation:list
    wagtailsnippets_narration_pronunciation:list_results
    wagtailsnippets_narration_pronunciation:usage wagtailsnippets_narration_wordreport:add
    wagtailsnippets_narration_wordreport:copy wagtailsnippets_narration_wordreport:delete
    wagtailsnippets_narration_wordreport:edit wagtailsnippets_narration_wordreport:history
    wagtailsnippets_narration_wordreport:history_results wagtailsnippets_narration_wordreport:list
    wagtailsnippets_narration_wordreport:list_results wagtailsnippets_narration_wordreport:usage
    wagtailsnippetchoosers_articles_file:chosen_multiple wagtailsnippets_articles_file:add
    wagtailsnippets_articles_file:delete wagtailsnippets_articles_file:edit
    wagtailsnippets_articles_file:history wagtailsnippets_articles_file:history_results
    wagtailsnippets_articles_file:list wagtailsnippets_articles_file:list_results
    wagtailsnippets_articles_file:usage change_access searched
    django.views.generic.base.TemplateView glossary:add glossary:delete glossary:edit
    glossary:history glossary:history_results glossary:usage wagtail_bulk_action
    wagtailadmin_api:documents:detail wagtailadmin_api:documents:find
    wagtailadmin_api:documents:listing wagtailadmin_api:images:detail wagtailadmin_api:images:find
    wagtailadmin_api:images:listing wagtailadmin_api:pages:action wagtailadmin_api:pages:find
    wagtailadmin_choose_page_chosen_multiple wagtailadmin_collections:add
    wagtailadmin_collections:delete wagtailadmin_collections:edit wagtailadmin_collections:index
    wagtailadmin_collections:set_privacy wagtailadmin_error_test wagtailadmin_login
    wagtailadmin_pages:add wagtailadmin_pages:choose_parent
    wagtailadmin_pages:collect_workflow_action_data wagtailadmin_pages:convert_alias
    wagtailadmin_pages:copy wagtailadmin_pages:edit wagtailadmin_pages:lock
    wagtailadmin_pages:revisions_unschedule wagtailadmin_pages:set_page_position
    wagtailadmin_pages:set_privacy wagtailadmin_pages:type_use wagtailadmin_pages:type_use_results
    wagtailadmin_pages:unlock wagtailadmin_pages:unpublish wagtailadmin_pages:workflow_action
    wagtailadmin_pages:workflow_preview wagtailadmin_password_reset
    wagtailadmin_password_reset_complete wagtailadmin_password_reset_confirm
    wagtailadmin_password_reset_done wagtailadmin_reports:aging_pages
    wagtailadmin_reports:aging_pages_results wagtailadmin_reports:locked_pages
    wagtailadmin_reports:locked_pages_results wagtailadmin_reports:page_types_usage
    wagtailadmin_reports:page_types_usage_results wagtailadmin_reports:site_history
    wagtailadmin_reports:site_history_results wagtailadmin_reports:workflow
    wagtailadmin_reports:workflow_results wagtailadmin_reports:workflow_tasks
    wagtailadmin_reports:workflow_tasks_results wagtailadmin_tag_autocomplete
    wagtailadmin_tag_model_autocomplete wagtailadmin_workflows:add wagtailadmin_workflows:add_task
    wagtailadmin_workflows:disable wagtailadmin_workflows:disable_task wagtailadmin_workflows:edit
    wagtailadmin_workflows:edit_task wagtailadmin_workflows:enable
    wagtailadmin_workflows:enable_task wagtailadmin_workflows:index
    wagtailadmin_workflows:index_results wagtailadmin_workflows:remove
    wagtailadmin_workflows:select_task_type wagtailadmin_workflows:task_chooser
    wagtailadmin_workflows:task_chooser_create wagtailadmin_workflows:task_chooser_results
    wagtailadmin_workflows:task_chosen wagtailadmin_workflows:task_index
    wagtailadmin_workflows:task_index_results wagtailadmin_workflows:usage
    wagtailadmin_workflows:usage_results wagtaildocs:add wagtaildocs:add_multiple
    wagtaildocs:create_multiple_from_uploaded_document wagtaildocs:delete
    wagtaildocs:delete_multiple wagtaildocs:delete_upload_multiple wagtaildocs:document_usage
    wagtaildocs:edit wagtaildocs:edit_multiple wagtaildocs:index wagtaildocs:index_results
    wagtaildocs_chooser:choose wagtaildocs_chooser:choose_results wagtaildocs_chooser:chosen
    wagtaildocs_chooser:chosen_multiple wagtaildocs_chooser:create wagtailembeds:chooser
    wagtailembeds:chooser_upload wagtailimages:url_generator wagtailimages:url_generator_output
    wagtailimages_chooser:chosen_multiple wagtailimages_chooser:select_format wagtailredirects:add
    wagtailredirects:delete wagtailredirects:edit wagtailredirects:index
    wagtailredirects:index_results wagtailredirects:process_import wagtailredirects:start_import
    wagtailsettings:edit wagtailsettings:preview_on_edit wagtailsites:add wagtailsites:copy
    wagtailsites:delete wagtailsites:edit wagtailsites:history wagtailsites:history_results
    wagtailsites:index wagtailsites:index_results wagtailsites:usage
    wagtailsnippetchoosers_articles_subject:choose
    wagtailsnippetchoosers_articles_subject:choose_results
    wagtailsnippetchoosers_articles_subject:chosen
    wagtailsnippetchoosers_articles_subject:chosen_multiple
    wagtailsnippetchoosers_articles_subject:create wagtailsnippets_articles_subject:add
    wagtailsnippets_articles_subject:copy wagtailsnippets_articles_subject:delete
    wagtailsnippets_articles_subject:edit wagtailsnippets_articles_subject:history
    wagtailsnippets_articles_subject:history_results wagtailsnippets_articles_subject:list
    wagtailsnippets_articles_subject:list_results wagtailsnippets_articles_subject:reorder
    wagtailsnippets_articles_subject:usage wagtailsnippetchoosers_sponsors_sponsorship:choose
    wagtailsnippetchoosers_sponsors_sponsorship:choose_results
    wagtailsnippetchoosers_sponsors_sponsorship:chosen
    wagtailsnippetchoosers_sponsors_sponsorship:chosen_multiple
    wagtailsnippetchoosers_sponsors_sponsorship:create wagtailsnippets:index
    wagtailsnippets_sponsors_sponsorship:add wagtailsnippets_sponsors_sponsorship:copy
    wagtailsnippets_sponsors_sponsorship:delete wagtailsnippets_sponsors_sponsorship:edit
    wagtailsnippets_sponsors_sponsorship:history
    wagtailsnippets_sponsors_sponsorship:history_results wagtailsnippets_sponsors_sponsorship:list
    wagtailsnippets_sponsors_sponsorship:list_results wagtailsnippets_sponsors_sponsorship:usage
    wagtailusers_groups:add wagtailusers_groups:delete wagtailusers_groups:edit
    wagtailusers_groups:history wagtailusers_groups:history_results wagtailusers_groups:index
    wagtailusers_groups:index_results wagtailusers_groups:usage wagtailusers_users:add
    wagtailusers_users:delete wagtailusers_users:usage
"""
