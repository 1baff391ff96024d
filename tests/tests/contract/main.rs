//! Everything the server asks of its database, on both engines alike.

mod base;
mod batch;
mod capacity;
mod identity;
mod lock;
mod moving;
mod offers;
mod phones;
mod plan;
mod pulls;
mod retention;
mod roll;
mod room;
mod rows;
mod sound;
mod split;
mod time;
mod trust;
mod upgrade;
mod upkeep;

/// Runs each case on SQLite and on PostgreSQL, with a database of its own.
macro_rules! on_both_engines {
    ($($module:ident::$case:ident,)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                crate::$module::$case(&crate::base::Base::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                crate::$module::$case(&crate::base::Base::postgres().await).await;
            })+
        }
    };
}

on_both_engines! {
    identity::a_database_keeps_its_epoch_and_its_secrets,
    identity::the_one_ticket_key_of_before_is_the_first_of_the_ring,
    identity::devices_register_once,
    identity::accounts_and_sessions,
    lock::a_lost_tablet_is_locked_and_what_it_noted_is_kept,
    trust::a_sign_out_is_a_mark_in_the_queue,
    trust::a_sealed_sign_in_gives_no_more_than_the_sign_in,
    trust::a_doubt_keeps_the_mark_that_a_batch_was_writing,
    trust::operators_stay_signed_in_beside_each_other,
    phones::other_phones_go_once_a_day_later,
    phones::a_lost_phone_goes_at_once_and_the_audit_says_by_whom,
    rows::rows_of_every_kind_come_back_as_saved,
    rows::a_slot_never_exceeds_its_capacity,
    rows::a_transaction_that_is_dropped_leaves_nothing,
    pulls::a_pull_pages_through_the_log,
    pulls::scopes_cut_what_is_pulled,
    batch::a_repeat_gets_the_stored_answer,
    batch::a_changed_repeat_is_put_aside,
    batch::a_gap_stops_and_can_be_declared,
    batch::a_clone_is_told_to_fork,
    batch::an_op_that_cannot_be_saved_spoils_no_other,
    batch::an_op_of_too_many_steps_spoils_no_other,
    batch::a_batch_that_does_not_end_is_seen,
    batch::batches_that_fail_are_seen,
    batch::a_batch_that_never_ends_does_not_hold_up_the_stop,
    batch::what_changes_nothing_is_kept_as_what_was_turned_down,
    batch::a_restart_forgets_nothing,
    batch::actors_need_their_rights,
    batch::quarantine_can_be_retried,
    batch::an_office_that_does_not_exist_is_answered,
    batch::two_offices_in_one_push,
    capacity::seven_seats_for_two_hundred,
    time::who_did_not_come_is_marked_once,
    time::one_bad_row_stops_no_other_office,
    time::a_tablet_that_hides_its_rows_holds_nothing_back,
    time::who_was_away_or_not_reached_is_asked_again,
    retention::of_answers_without_effect_the_newest_are_kept,
    retention::what_known_phones_said_is_bounded_too,
    retention::what_was_forgotten_is_not_walked_through,
    retention::what_waits_for_the_head_is_not_hidden,
    batch::two_who_say_yes_decide_once,
    offers::a_closed_day_is_offered_once_and_ends_once,
    offers::a_shrunk_slot_asks_who_asked_last,
    offers::what_is_given_back_goes_round_once_a_day,
    offers::a_taken_id_keeps_nobody_from_the_round,
    offers::check_finds_promises_that_do_not_fit,
    plan::places_are_given_out_in_turn,
    plan::times_with_seconds_enter_as_minutes,
    plan::who_was_invited_follows_sessions_and_days,
    upkeep::check_finds_what_was_tampered_with,
    upkeep::times_with_seconds_are_read_as_minutes_and_reported,
    retention::a_year_after_the_end_nobody_is_named,
    retention::many_are_forgotten_in_turns,
    retention::one_bad_row_is_no_other_office_s_business,
    retention::what_is_gone_is_forgotten_and_how_far_is_known,
    retention::old_payloads_are_forgotten,
    retention::strangers_go_first_and_the_oldest_of_them,
    retention::of_what_strangers_said_the_newest_is_kept,
    roll::a_long_roll_goes_in_as_a_whole,
    room::an_arrival_is_taken_back_with_its_reason,
    room::a_trip_takes_the_seats_of_its_villages_along,
    upkeep::a_backup_restores_into_a_new_epoch,
    upkeep::a_restore_that_ends_halfway_loses_nothing,
    upkeep::a_database_is_held_together_or_alone,
    upkeep::files_are_for_their_owner_alone,
    upkeep::the_demo_stays_out_of_an_office_at_work,
    sound::an_edited_row_is_named,
    sound::an_edited_column_is_named,
    sound::what_was_edited_is_not_sealed_as_before,
    sound::a_chain_that_was_cut_is_noticed,
    sound::rows_of_an_older_version_are_sealed_once,
    sound::a_booking_at_another_office_than_before_is_well,
    sound::a_damaged_index_is_found,
    sound::devices_and_claims_are_missed,
    moving::everything_goes_along_and_devices_notice_nothing,
    moving::nothing_goes_where_others_are,
    moving::what_check_says_before_it_says_after,
    moving::a_large_office_moves_in_minutes,
    upkeep::others_are_poked,
}
