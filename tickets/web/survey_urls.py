"""Addresses of surveys: for customers by link, and the review list of the desk."""

from __future__ import annotations

from django.urls import path

from tickets.web import survey_review, surveys

urlpatterns = [
    path("surveys/", survey_review.surveys, name="surveys"),
    path("surveys/<int:key>/follow-up/", survey_review.give_task, name="survey_follow_up"),
    path("surveys/tasks/<int:key>/hand/", survey_review.hand_task, name="survey_task_hand"),
    path("surveys/tasks/<int:key>/done/", survey_review.tick_off, name="survey_task_done"),
    path("survey/<str:token>/", surveys.survey, name="survey"),
    path("survey/<str:token>/<int:score>/", surveys.survey, name="survey_score"),
    path("survey/<str:token>/unsubscribe/", surveys.unsubscribe, name="survey_unsubscribe"),
    path("profile/surveys/", surveys.wish, name="survey_wish"),
]
